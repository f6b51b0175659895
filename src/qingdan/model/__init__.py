"""The nouns that cross a border: frozen values, standard library only."""
