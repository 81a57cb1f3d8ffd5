"""The nouns: frozen plain data that every other room speaks in; nothing here touches the world."""
