"""Where the time goes (时间花在哪里): one question a page, and behind every figure its cases."""
