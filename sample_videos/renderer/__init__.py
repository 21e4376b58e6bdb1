"""Pose a parametric body, draw it in a room, and write down what is true about it.

World frame: Z up, floor at z = 0, metres. At rest a person faces -Y with their left side toward +X.
Modules that need torch, anny or VTK are `body`, `drawn_card`, `scene` and `encode`; everything else needs only numpy.
"""
