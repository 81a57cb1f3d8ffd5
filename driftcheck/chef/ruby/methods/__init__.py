"""What Ruby's built-in methods do, a module by kind of receiver; `interface` says how tables are declared."""
