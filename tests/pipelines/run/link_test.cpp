// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/link.h"

#include <gtest/gtest.h>

#include "engine/go.h"
#include "engine/runtime.h"

namespace leat::pipelines {
namespace {

TEST(OrderedLink, GivesWhatLanesSendInTheOrderOfSplits) {
  Runtime runtime({.procs = 2});
  runtime.run([] {
    OrderedLink<int> link(1, "link");
    for (int lane = 0; lane < 2; ++lane) link.add_sender();
    for (int lane = 0; lane < 2; ++lane) {
      go([&link, lane] {
        for (int split = lane; split < 20; split += 2) {
          for (int item = 0; item < split % 3; ++item)
            link.send(static_cast<uint64_t>(split), 10 * split + item, nullptr);
          link.close_split(static_cast<uint64_t>(split), nullptr);
        }
        link.remove_sender();
      });
    }
    std::vector<int> received;
    while (auto message = link.recv()) {
      if (!message->position.last) received.push_back(message->item);
    }
    std::vector<int> expected;
    for (int split = 0; split < 20; ++split) {
      for (int item = 0; item < split % 3; ++item) expected.push_back(10 * split + item);
    }
    EXPECT_EQ(received, expected);
    EXPECT_TRUE(link.is_complete());
  });
}

TEST(OrderedLink, ASplitOfSeveralBranchesIsClosedWhenAllHaveClosedIt) {
  Runtime runtime({.procs = 1});
  runtime.run([] {
    OrderedLink<int> link(8, "link", 2);
    link.add_sender();
    link.send(0, 1, nullptr, 0);
    link.close_split(0, nullptr);
    link.send(0, 2, nullptr, 1);
    link.close_split(0, nullptr);
    link.remove_sender();
    std::vector<bool> last;
    while (auto message = link.recv()) last.push_back(message->position.last);
    EXPECT_EQ(last, (std::vector<bool>{false, false, false, true}));
  });
}

TEST(CollectLink, WaitsForEveryLaneAlsoForThoseWithNothing) {
  Runtime runtime({.procs = 2});
  runtime.run([] {
    CollectLink link;
    for (int lane = 0; lane < 3; ++lane) link.add_sender();
    for (int lane = 0; lane < 3; ++lane) go([&link] { link.deliver(nullptr); });
    EXPECT_TRUE(link.wait().empty());
  });
}

}  // namespace
}  // namespace leat::pipelines
