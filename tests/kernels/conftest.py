from hypothesis import settings

settings.register_profile("kernels", deadline=None)  # the first call compiles
settings.load_profile("kernels")
