module example

go 1.23

require example.com/miniprogram/login v0.0.0

replace example.com/miniprogram/login => ./login
