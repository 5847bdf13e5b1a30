"""
Reads lists from the twin by botocore. Standard input: `{url, region, credentials, reads: [{service, operation, list,
input}]}`; prints the items of each list, times as ISO 8601.
"""
import json
import sys

import botocore.session
from botocore.config import Config

request = json.load(sys.stdin)
access = request["credentials"]
session = botocore.session.get_session()
answers = []
for read in request["reads"]:
    client = session.create_client(
        read["service"], region_name=request["region"], endpoint_url=request["url"],
        config=Config(retries={"total_max_attempts": 1}),
        aws_access_key_id=access["accessKeyId"], aws_secret_access_key=access["secretAccessKey"],
        aws_session_token=access["sessionToken"],
    )
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    method = methods[read["operation"]]
    if client.can_paginate(method):
        pages = client.get_paginator(method).paginate(**read["input"])
    else:
        pages = [client._make_api_call(read["operation"], read["input"])]
    items = []
    for page in pages:
        found = page
        for key in read["list"].split("."):
            found = [one for each in found for one in each.get(key, [])] if isinstance(found, list) else found.get(key, [])
        items += found if isinstance(found, list) else [found]
    answers.append(items)
json.dump(answers, sys.stdout, default=lambda value: value.isoformat())
