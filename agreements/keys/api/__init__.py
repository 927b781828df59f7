"""How programs show their key, and the base of addresses that want one."""
