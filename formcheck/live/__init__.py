"""One set as it happens: a core without clock, camera or window (`LiveSet`), and the desktop around it."""
