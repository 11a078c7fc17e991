"""Operations of routing."""
