package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/expr-lang/expr" // or github.com/antonmedv/expr
)

type row struct {
	Cond   string          `json:"cond"`
	Result json.RawMessage `json:"result"`
	Vector bool            `json:"vector"`
}

func num(x interface{}) float64 {
	switch v := x.(type) {
	case float64:
		return v
	case string:
		if v == "NaN" {
			return math.NaN()
		}
		if v == "+Inf" {
			return math.Inf(1)
		}
		return math.Inf(-1)
	}
	panic("num")
}

func eval(cond string, result interface{}) (out string) {
	defer func() {
		if r := recover(); r != nil {
			out = "ERROR"
		}
	}()
	isNil := func(interface{}) bool { return result == nil }
	env := map[string]interface{}{"result": result,
		"asInt": func(in interface{}) int64 {
			switch i := in.(type) {
			case float64:
				return int64(i)
			case int:
				return int64(i)
			}
			panic("x")
		},
		"asFloat": func(in interface{}) float64 {
			switch i := in.(type) {
			case float64:
				return i
			case int:
				return float64(i)
			}
			panic("x")
		},
		"isNaN": math.IsNaN,
		"isInf": func(f float64) bool { return math.IsInf(f, 0) },
		"isNil": isNil,
		"default": func(a, d interface{}) interface{} {
			if result == nil {
				return d
			}
			return result
		},
	}
	p, err := expr.Compile(cond, expr.Env(env))
	if err != nil {
		return "ERROR"
	}
	o, err := expr.Run(p, env)
	if err != nil {
		return "ERROR"
	}
	b, ok := o.(bool)
	if !ok {
		return "ERROR"
	}
	if b {
		return "true"
	}
	return "false"
}

func main() {
	s := bufio.NewScanner(os.Stdin)
	s.Buffer(make([]byte, 1<<20), 1<<20)
	for s.Scan() {
		var r row
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			panic(err)
		}
		var x interface{}
		json.Unmarshal(r.Result, &x)
		if r.Vector {
			v := []float64{}
			for _, e := range x.([]interface{}) {
				v = append(v, num(e))
			}
			x = v
		} else if s, ok := x.(string); ok && (s == "NaN" || s == "+Inf") {
			x = num(s)
		}
		fmt.Println(eval(r.Cond, x))
	}
}
