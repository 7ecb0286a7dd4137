from .telling import tell_of_dates, tell_of_promises
from .timelines import forecast_all_steps, forecast_steps, forecast_timeline

__all__ = ["forecast_all_steps", "forecast_steps", "forecast_timeline", "tell_of_dates", "tell_of_promises"]
