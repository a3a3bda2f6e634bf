"""Pictures, sounds, fonts, themes and translations; read through system.resources."""
