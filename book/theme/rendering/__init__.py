"""From mystmd's tree to pages.

site, sources, numbering   what mystmd left on disk, where each node stands in the text, what its number is
checks, problems           what must not reach a reader
nodes, boxes, cells, figures, films, references, title   one function for each kind of node
layout, live, write, search      whole pages, the folder of the site, the index of words
"""
