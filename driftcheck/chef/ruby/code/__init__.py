"""From syntax to closures, a module by kind of syntax; `compiler` says how a kind is declared."""
