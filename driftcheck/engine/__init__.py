"""Rule files to rules, their expressions to closures over three-valued logic, an Inventory to findings."""
