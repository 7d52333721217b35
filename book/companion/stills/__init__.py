"""The stills of explorable figures: complete HTML from a widget's model, with the standard library alone.

A module `name.py` here has one function `still(model)`. The theme puts its HTML into the page, where it
stands also without JavaScript and on paper; companion.widgets hands the same still to JupyterLab. The module
`name.js` of book/widgets then moves it, and shows the same words.
"""
