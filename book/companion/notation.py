"""The dimension key and the meaning of colours, stated once: chapters, tests and the notation ask here."""

from companion.roles import MEANINGS, SHAPES
from companion.tables import Code, Table

DIMENSIONS = {   # letter: (what the axis runs over, a name that has one)
    "B": ("batch", "tokens_BT"),
    "T": ("time (query positions)", "x_T"),
    "S": ("time (key positions)", "scores_BHTS"),
    "V": ("vocabulary", "C_VV"),
    "E": ("embedding", "C_VE"),
    "D": ("model width", "X_BTD"),
    "H": ("heads", "q_BHTK"),
    "K": ("head width", "k_BGSK"),
    "G": ("key/value heads", "v_BGSK"),
    "F": ("feed-forward width", "hidden_BTF"),
    "L": ("layers", "norm_L"),
    "N": ("anything", "p_N"),
    "M": ("anything", "u_MV"),
    "1": ("an axis of size one", "N_V1"),
}


def dimension_key():
    """The letters that end a tensor's name, one for each axis, as a Table."""
    return Table(["letter", "axis", "as in"],
                 [[Code(letter), axis, Code(name)] for letter, (axis, name) in DIMENSIONS.items()], "lll")


def colour_key():
    """The roles of the palette as a Table: what each names, and by what else than its colour it is known."""
    return Table(["role", "names", "second signal"],
                 [[role, meaning, SHAPES[role][3]] for role, meaning in MEANINGS.items()], "lll")
