"""What stops a backup or a restore, in words that say how to go on."""


class BackupError(Exception):
    """Nothing was changed unless the message says so."""
