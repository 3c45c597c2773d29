"""What knows Nautilus Trader: each module here turns an engine's objects into btsql's own."""
