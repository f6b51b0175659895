"""Systems (一网): snapshots of what portals and other systems are configured with, and how they are compared."""
