"""页面图片: the pictures of docs/pictures, taken of a running demonstration."""
