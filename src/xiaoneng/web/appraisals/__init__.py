"""Appraisal rounds (评议轮次): set up, drawn, announced, held, counted, published; who may read which result."""
