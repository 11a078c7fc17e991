"""Operations of the directory."""
