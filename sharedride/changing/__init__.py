"""A plan argued with and changed: what a wish would cost, and what becomes of a day as things happen."""
