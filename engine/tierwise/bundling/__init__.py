"""A folder that installs tierwise on a machine without internet: wheels, and scripts that install them."""
