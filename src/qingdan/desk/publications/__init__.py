"""What is public, and putting on record what went public."""
