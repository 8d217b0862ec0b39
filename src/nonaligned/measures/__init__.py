"""Floor 4: measures as pure functions on arrays, one file each."""
