"""The editors' desk: server-rendered pages behind a key, with sessions and signed forms."""
