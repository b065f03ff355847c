"""What must reach people and workers: outbox, notices, mail."""
