"""Who accompanies which family: the rules that exclude, the likeness that ranks, and the reasons shown."""
