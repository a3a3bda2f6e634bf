"""Plain rules and values of racing: no input or output, no clock, no Qt, no SQL."""
