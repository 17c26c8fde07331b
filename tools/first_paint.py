"""First contentful paint of the portal's pages on a slow phone, in Chromium: python tools/first_paint.py http://127.0.0.1:8000

Slow phone: 390 × 844 at 2×, processor four times slower, 1.6 Mbit/s down, 150 ms of latency (Lighthouse's "slow 4G"), nothing cached.
"""

import statistics
import sys

from playwright.sync_api import CDPSession

from tests.browsing import chromium

PATHS = ("/", "/policies/", "/policies/2/", "/topics/", "/guides/", "/units/", "/search/?q=食堂")
ROUNDS = 5
_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def main(site: str) -> int:
    """Prints milliseconds for each page: median and worst of five visits. 1 if any median is over a second."""
    worst = 0.0
    with chromium() as browser:
        for path in PATHS:
            times = []
            for _ in range(ROUNDS):
                context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
                page = context.new_page()
                slow: CDPSession = context.new_cdp_session(page)
                slow.send("Network.enable")
                slow.send("Network.emulateNetworkConditions", _NETWORK)
                slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
                page.goto(f"{site}{path}", wait_until="load")
                page.wait_for_function(_PAINTED)
                times.append(page.evaluate(_PAINTED))
                context.close()
            worst = max(worst, statistics.median(times))
            print(f"{path:24} {statistics.median(times):7.0f} {max(times):7.0f} ms")
    return int(worst > 1000)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
