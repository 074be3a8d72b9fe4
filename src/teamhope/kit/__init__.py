"""What any service of this shape needs; it knows nothing of Team HOPE."""
