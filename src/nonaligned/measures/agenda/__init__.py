"""What a roll call was about, read from its title: which texts return, which issue, whole text or a part of it."""
