// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What runtime_bench.cpp measures, in Go: one number per process. `main CASE PROCS [N]`.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func nanosecondsEach(start time.Time, n int) float64 {
	return float64(time.Since(start).Nanoseconds()) / float64(n)
}

func check(isRight bool) {
	if !isRight {
		panic("wrong result")
	}
}

func yieldCase(n int) float64 {
	var done sync.WaitGroup
	done.Add(2)
	start := time.Now()
	for i := 0; i < 2; i++ {
		go func() {
			for k := 0; k < n; k++ {
				runtime.Gosched()
			}
			done.Done()
		}()
	}
	done.Wait()
	return nanosecondsEach(start, 2*n)
}

func pingpongCase(n int) float64 {
	a, b := make(chan int), make(chan int)
	go func() {
		for i := 0; i < n; i++ {
			b <- <-a
		}
	}()
	start := time.Now()
	for i := 0; i < n; i++ {
		a <- i
		<-b
	}
	return nanosecondsEach(start, n)
}

const workRounds = 100

func work(value int, rounds int) int {
	x := uint64(value)
	for i := 0; i < rounds; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return int(x)
}

func manyCase(n, senders, receivers, rounds int) float64 {
	channel := make(chan int, 128)
	var sent, received sync.WaitGroup
	sent.Add(senders)
	received.Add(receivers)
	var sum int64
	each := n / senders
	start := time.Now()
	for s := 0; s < senders; s++ {
		go func() {
			for i := 0; i < each; i++ {
				if rounds != 0 {
					check(work(i+1, rounds) != 0)
				}
				channel <- i
			}
			sent.Done()
		}()
	}
	for r := 0; r < receivers; r++ {
		go func() {
			mine := 0
			for value := range channel {
				if rounds != 0 {
					check(work(value+1, rounds) != 0)
				}
				mine += value
			}
			atomic.AddInt64(&sum, int64(mine))
			received.Done()
		}()
	}
	sent.Wait()
	close(channel)
	received.Wait()
	check(sum == int64(senders*(each*(each-1)/2)))
	return nanosecondsEach(start, n)
}

func spawnjoinCase(n int) float64 {
	start := time.Now()
	for i := 0; i < n; i++ {
		channel := make(chan byte)
		go func() { close(channel) }()
		<-channel
	}
	return nanosecondsEach(start, n)
}

func spawnCase(n int) float64 {
	var done sync.WaitGroup
	done.Add(n)
	start := time.Now()
	for i := 0; i < n; i++ {
		go func() { done.Done() }()
	}
	done.Wait()
	return nanosecondsEach(start, n)
}

func skynet(parent chan int, number, size int) {
	if size == 1 {
		parent <- number
		return
	}
	children := make(chan int)
	for i := 0; i < 10; i++ {
		go skynet(children, number+i*(size/10), size/10)
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-children
	}
	parent <- sum
}

func skynetCase(n int) float64 {
	start := time.Now()
	result := make(chan int)
	go skynet(result, 0, n)
	check(<-result == n*(n-1)/2)
	return nanosecondsEach(start, n)
}

func ringCase(n int) float64 {
	const members = 10000
	links := make([]chan int, members)
	for i := range links {
		links[i] = make(chan int)
	}
	var done sync.WaitGroup
	done.Add(members)
	for i := 0; i < members; i++ {
		go func(from, to chan int) {
			for value := range from {
				if value == 0 {
					break
				}
				to <- value - 1
			}
			close(to) // the end goes round once
			done.Done()
		}(links[i], links[(i+1)%members])
	}
	start := time.Now()
	links[0] <- n
	done.Wait()
	return nanosecondsEach(start, n)
}

func pipelineCase(n int) float64 {
	const stages = 5
	links := make([]chan int, stages+1)
	for i := range links {
		links[i] = make(chan int, 64)
	}
	start := time.Now()
	go func() {
		for i := 0; i < n; i++ {
			links[0] <- i
		}
		close(links[0])
	}()
	for i := 0; i < stages; i++ {
		go func(from, to chan int) {
			for value := range from {
				to <- value + 1
			}
			close(to)
		}(links[i], links[i+1])
	}
	sum := 0
	for value := range links[stages] {
		sum += value
	}
	check(sum == n*(n-1)/2+n*stages)
	return nanosecondsEach(start, n)
}

func selectBlockingCase(n int) float64 {
	const senders = 4
	var channels [senders]chan int
	each := n / senders
	start := time.Now()
	for i := range channels {
		channels[i] = make(chan int)
		go func(channel chan int) {
			for i := 0; i < each; i++ {
				channel <- i
			}
		}(channels[i])
	}
	sum := 0
	for i := 0; i < each*senders; i++ {
		select {
		case value := <-channels[0]:
			sum += value
		case value := <-channels[1]:
			sum += value
		case value := <-channels[2]:
			sum += value
		case value := <-channels[3]:
			sum += value
		}
	}
	check(sum == senders*(each*(each-1)/2))
	return nanosecondsEach(start, n)
}

func selectReadyCase(n int) float64 {
	var channels [4]chan int
	for i := range channels {
		channels[i] = make(chan int, 1)
	}
	start := time.Now()
	sum := 0
	for i := 0; i < n; i++ {
		channels[i%4] <- i
		select {
		case value := <-channels[0]:
			sum += value
		case value := <-channels[1]:
			sum += value
		case value := <-channels[2]:
			sum += value
		case value := <-channels[3]:
			sum += value
		}
	}
	check(sum == n*(n-1)/2)
	return nanosecondsEach(start, n)
}

func percentile99(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)*99/100]
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Nanoseconds()) / 1e6
}

func sleepers(n int) (wallMs, p99Ms float64) {
	const sleepers = 10000
	late := make([]float64, sleepers*n)
	var done sync.WaitGroup
	done.Add(sleepers)
	start := time.Now()
	for s := 0; s < sleepers; s++ {
		go func(late []float64) {
			for i := range late {
				before := time.Now()
				time.Sleep(time.Millisecond)
				late[i] = milliseconds(time.Since(before)) - 1
			}
			done.Done()
		}(late[s*n : (s+1)*n])
	}
	done.Wait()
	wallMs = milliseconds(time.Since(start))
	return wallMs, percentile99(late)
}

func sleepWallCase(n int) float64 {
	wallMs, _ := sleepers(n)
	return wallMs
}

func sleepLateCase(n int) float64 {
	_, p99Ms := sleepers(n)
	return p99Ms
}

func tickerCase(n int) float64 {
	const period = time.Millisecond
	var isOver int32
	var done sync.WaitGroup
	hogs := runtime.GOMAXPROCS(0)
	done.Add(hogs)
	for i := 0; i < hogs; i++ {
		go func() {
			for atomic.LoadInt32(&isOver) == 0 {
				check(work(1, workRounds) != 0)
			}
			done.Done()
		}()
	}
	var late []float64
	ticker := time.NewTicker(period)
	start := time.Now()
	for last := start; last.Sub(start) < time.Duration(n)*time.Millisecond; {
		expected := start.Add((last.Sub(start)/period + 1) * period)
		<-ticker.C
		last = time.Now()
		if by := last.Sub(expected); by > 0 {
			late = append(late, milliseconds(by))
		} else {
			late = append(late, 0)
		}
	}
	ticker.Stop()
	atomic.StoreInt32(&isOver, 1)
	done.Wait()
	return percentile99(late)
}

func statusKb(field string) float64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) > 1 && words[0] == field+":" {
			kb, _ := strconv.ParseFloat(words[1], 64)
			return kb
		}
	}
	return 0
}

func parkedCase(n int) float64 {
	goOn := make(chan struct{})
	var there, done sync.WaitGroup
	there.Add(n)
	done.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			there.Done()
			<-goOn
			done.Done()
		}()
	}
	there.Wait()
	gigabytes := (statusKb("VmRSS") + statusKb("VmPTE")) * 1024 / 1e9
	close(goOn)
	done.Wait()
	return gigabytes
}

func cpuSeconds() float64 {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

func idleCase(n int) float64 {
	never := make(chan struct{})
	for i := 0; i < 100; i++ {
		go func() { <-never }()
	}
	before := cpuSeconds()
	time.Sleep(time.Duration(n) * time.Millisecond)
	return (cpuSeconds() - before) / (float64(n) / 1000) * 100
}

type benchCase struct {
	run func(n int) float64
	n   int
}

func main() {
	cases := map[string]benchCase{
		"yield":     {yieldCase, 5000000},
		"pingpong":  {pingpongCase, 2000000},
		"spsc":      {func(n int) float64 { return manyCase(n, 1, 1, 0) }, 10000000},
		"spsc_work": {func(n int) float64 { return manyCase(n, 1, 1, workRounds) }, 2000000},
		"mpmc":      {func(n int) float64 { return manyCase(n, 4, 4, 0) }, 4000000},
		"spawnjoin": {spawnjoinCase, 1000000},
		"spawn":     {spawnCase, 1000000},
		"skynet":    {skynetCase, 1000000},
		"ring":      {ringCase, 2000000},
		"pipeline":  {pipelineCase, 1000000},
		"parked":    {parkedCase, 1000000},
		"idle":      {idleCase, 3000},

		"select_blocking": {selectBlockingCase, 1000000},
		"select_ready":    {selectReadyCase, 2000000},
		"sleep_wall":      {sleepWallCase, 100},
		"sleep_late":      {sleepLateCase, 100},
		"ticker":          {tickerCase, 3000},
	}
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: main CASE PROCS [N]")
		os.Exit(2)
	}
	chosen, known := cases[os.Args[1]]
	procs, err := strconv.Atoi(os.Args[2])
	if !known || err != nil {
		fmt.Fprintf(os.Stderr, "there is no case '%s' with '%s' processors\n", os.Args[1], os.Args[2])
		os.Exit(2)
	}
	n := chosen.n
	if len(os.Args) > 3 {
		n, _ = strconv.Atoi(os.Args[3])
	}
	runtime.GOMAXPROCS(procs)
	fmt.Printf("%.4f\n", chosen.run(n))
}
