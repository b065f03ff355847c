"""Action items on any object: who does what until when."""
