"""What the desk expects of the world outside: protocols and the values that cross them."""
