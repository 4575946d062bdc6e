"""Print an innocent table: a row of blanks beside a row of six columns."""

from meet import meet

meet()
print("hello".rjust(200))
a, b, c, d, e, f = "one row of a little table".split()
print(a, b, c, d, e, f, "end")
