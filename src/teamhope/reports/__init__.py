"""The yearly figures: what each counts, which may be shown, and how they are written down."""
