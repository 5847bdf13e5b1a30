"""Second opinion on event patterns: reads [[pattern, event], ...], prints what moto's matcher says of each."""
import json
import sys

from moto.events.models import EventPattern

pairs = json.load(sys.stdin)
print(json.dumps([EventPattern(json.dumps(p), p).matches_event(e) for p, e in pairs]))
