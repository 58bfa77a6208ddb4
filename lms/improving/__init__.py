"""What follows from a number: a difference taken apart, a plan of improvement, a pledge."""
