"""What a Chef repository holds: cookbooks, roles, environments, nodes, data bags, a policy."""
