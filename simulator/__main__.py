"""`python -m simulator`: run the stand-in alone, from WEDEALER_SIM_… settings."""

from simulator.server import serve

if __name__ == "__main__":
    serve()
