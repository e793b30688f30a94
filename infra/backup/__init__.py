"""备份与恢复: the store's own tables in one snapshot, the attachments, a manifest. Views are left out, and built."""
