"""Stands before the module of this name, which JupyterLab brings and nbformat imports where it is.

Its grammar takes two seconds to build in each process, and no test asks for what it checks, addresses in
notebooks.
"""

raise ImportError("the tests do without it")
