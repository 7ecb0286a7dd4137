from .care import prune_finished, rescue_abandoned, settle

__all__ = ["prune_finished", "rescue_abandoned", "settle"]
