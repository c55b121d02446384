"""How the report looks: fonts, colours, those of a style file, and the pens that draw with them."""
