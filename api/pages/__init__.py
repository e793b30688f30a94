"""页面: server-rendered Chinese pages. They translate; they decide nothing."""
